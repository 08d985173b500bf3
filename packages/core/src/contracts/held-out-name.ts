/** Name of the file with the scores of the held-out share, beside those of the targets: no target can have it. */
export const heldOutName = 'held-out';
