// Text for terminals. Loads nothing else.
export { showControls, showOnOneLine } from './show-controls.ts';
