import type { MethodDefinition, ResultsStudy } from './study-definition.ts';

const rho = { from: 0.01, to: 0.3 };
const alpha = { from: 1e-4, to: 1e-2 };

/** ERM spends its trials on learning rate and weight decay; the others on learning rate, ρ and α, at the usual weight decay of 1e-4. */
function methods(learningRate: { readonly from: number; readonly to: number }): Record<string, MethodDefinition> {
  const rate = { 'optimizer.base.learningRate': learningRate };
  return {
    erm: { title: 'ERM', set: { 'optimizer.use': 'erm' }, search: { ...rate, 'optimizer.base.weightDecay': { from: 1e-5, to: 1e-2 } } },
    sam: { title: 'SAM', set: { 'optimizer.use': 'sam' }, search: { ...rate, 'optimizer.rho': rho } },
    sagm: { title: 'SAGM', set: { 'optimizer.use': 'sagm' }, search: { ...rate, 'optimizer.rho': rho, 'optimizer.alpha': alpha } },
    gac: {
      title: 'GAC-FAS',
      set: { 'optimizer.use': 'gac', 'optimizer.warmupEpochs': 2 },
      // Half the rate: GAC's direction is about twice as long, its two terms are summed.
      search: { 'optimizer.base.learningRate': { from: learningRate.from / 2, to: learningRate.to / 2 }, 'optimizer.rho': rho, 'optimizer.alpha': alpha },
    },
  };
}

/** The study behind docs/results.md. */
export const fullStudy: ResultsStudy = {
  seeds: [0, 1, 2, 3, 4],
  search: { trials: 4, seed: 1000 },
  sharpness: { samples: 60, rho: 0.1, directions: 10, ascentSteps: 5 },
  benchmarks: {
    'rotated-mnist': {
      title: 'Rotated MNIST',
      description: 'Handwritten digits, ten classes, six angles as domains, 500 images an angle at 28 x 28 pixels.',
      experiment: 'experiments/rotated-mnist.yaml',
      leaveOut: ['0', '15', '30', '45', '60', '75'],
      chooseBy: { metric: 'accuracy', best: 'highest' },
      figures: [{ name: 'accuracy', convention: 'figures', metric: 'accuracy', better: 'higher' }],
      methods: methods({ from: 0.15, to: 1.5 }),
    },
    recapture: {
      title: 'Recapture benchmark',
      description: 'Rendered faces, live, printed and replayed, in four domains with a camera of its own each.',
      experiment: 'experiments/recapture.yaml',
      leaveOut: ['webcam', 'phone', 'kiosk', 'doorbell'],
      chooseBy: { metric: 'auc', best: 'highest' },
      figures: [
        { name: 'HTER (literature)', convention: 'literature', metric: 'hter', better: 'lower' },
        { name: 'HTER (deployable)', convention: 'deployable', metric: 'hter', better: 'lower' },
        { name: 'AUC', convention: 'literature', metric: 'auc', better: 'higher' },
      ],
      methods: methods({ from: 0.015, to: 0.15 }),
    },
  },
};
