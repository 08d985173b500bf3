/** The two classes of face anti-spoofing, in the order of their labels: 0 attack, 1 live (bona fide). */
export const attackOrLive: readonly string[] = ['attack', 'live'];
