/** The few functions of jStat that are used here; the package ships no types. */
declare module 'jstat' {
  const jstat: {
    readonly studentt: { inv(p: number, degreesOfFreedom: number): number };
    readonly normal: { inv(p: number, mean: number, deviation: number): number; cdf(x: number, mean: number, deviation: number): number };
  };
  export default jstat;
}
