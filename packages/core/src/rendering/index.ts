// Text for terminals. Loads nothing else.

export { seedOrTrial } from './seed-or-trial.ts';
export { showControls, showOnOneLine } from './show-controls.ts';
