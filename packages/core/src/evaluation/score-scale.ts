/** What scores of two classes are: the network's logit, or the probability of bona fide where a risk gives no logit. They are never compared with each other. */
export type ScoreScale = 'logit' | 'probability';
