import { dot } from '@observablehq/plot';
import type { FeaturePoint, FeaturesFile } from '../read/features.ts';
import { drawPlot, type Picture } from './draw-plot.ts';
import { seriesStyle } from './palette.ts';
import { roundCoordinates } from './round-coordinates.ts';

/** Two projections of the features, each by domain and by class. */
export function featuresPlots(features: FeaturesFile): Picture[] {
  const { explained, classes, points } = features;
  const share = (i: 0 | 1) => `${Math.round(100 * explained[i])}% of the variance`;
  const projections = [
    {
      ...{ id: 'features-principal', title: 'Principal components', of: ({ principal }: FeaturePoint) => principal },
      axes: [`First component: ${share(0)}`, `Second component: ${share(1)}`] as const,
      note: 'Distances along the two axes of largest variance; what lies in other directions is not seen.',
    },
    {
      ...{ id: 'features-umap', title: 'UMAP', of: ({ umap }: FeaturePoint) => umap },
      axes: ['UMAP 1', 'UMAP 2'] as const,
      note: 'Neighbors stay together; distances between groups, and their sizes, say little.',
    },
  ];
  const domains = [...new Set(points.map(({ domain }) => domain))];
  const roles = new Map(points.map(({ domain, role }) => [domain, role]));
  const className = (label: number) => (classes.length === 2 ? ['attack', 'bona fide'][label] : classes[label]) ?? `class ${label}`;
  const byDomain = domains.map((name, i) => ({
    ...{ name: `${name} (${roles.get(name)})`, color: seriesStyle(i).color as string, has: (point: FeaturePoint) => point.domain === name },
  }));
  const byClass = classes.map((_, label) => ({
    name: className(label),
    color: classes.length === 2 ? `var(--${label === 1 ? 'bona-fide' : 'attack'})` : seriesStyle(label).color,
    has: (point: FeaturePoint) => point.label === label,
  }));
  return projections.flatMap(({ id, title, of, axes, note }) =>
    [
      {
        by: 'domain',
        groups: byDomain,
        how: 'Domains that lie in groups of their own can be told apart by the features, which generalization should not need.',
      },
      { by: 'class', groups: byClass, how: 'Classes that mix are told apart badly.' },
    ].map(({ by, groups, how }) =>
      roundCoordinates(
        drawPlot({
          id: `${id}-${by}`,
          title: `${title}, by ${by}`,
          description: `Features of ${points.length} images. ${note} ${how}${by === 'domain' ? ' Dots are bona fide, crosses attacks.' : ''}`,
          plot: {
            height: 360,
            x: { label: axes[0], labelAnchor: 'center', labelArrow: 'none', ticks: 5, nice: true },
            y: { label: axes[1], labelArrow: 'none', ticks: 5, nice: true },
            marks: groups.flatMap(({ color, has }) => marksOf(points.filter(has), of, color, by === 'domain' && classes.length === 2)),
          },
          legend: groups.map(({ name, color }) => ({ label: name, color, shape: 'dot' as const })),
          table: {
            columns: ['domain', 'class', 'x', 'y'],
            rows: points.map((point) => [point.domain, className(point.label), ...of(point)]),
          },
        }),
      ),
    ),
  );
}

/** Dots; with `crosses`, those of label 0 as crosses. */
function marksOf(points: readonly FeaturePoint[], of: (point: FeaturePoint) => readonly [number, number], color: string, crosses: boolean) {
  const at = { x: (point: FeaturePoint) => of(point)[0], y: (point: FeaturePoint) => of(point)[1] };
  const dots = points.filter(({ label }) => !crosses || label === 1);
  const others = points.filter(({ label }) => crosses && label !== 1);
  return [
    dot(dots, { ...at, r: 2.2, fill: color, fillOpacity: 0.75 }),
    ...(others.length > 0 ? [dot(others, { ...at, r: 2.2, symbol: 'times', stroke: color, strokeOpacity: 0.85, strokeWidth: 1.2 })] : []),
  ];
}
