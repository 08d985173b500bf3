/** How the videos of an epoch follow each other; see `samplings`. */
export type Sampling = (typeof samplings)[number];

/**
 * `balanced`: each step has as many samples of each domain and label. `shuffle`: all videos together in random order, each once an epoch; domains and labels
 * vary from step to step, and one may be absent. `round-robin`: domains and labels take turns until the longest list of videos is through, shuffled.
 */
export const samplings = ['balanced', 'shuffle', 'round-robin'] as const;
