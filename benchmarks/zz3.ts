import * as tf from '@tensorflow/tfjs-core';
import { loadEngine } from '@gradalign/engine';
import { createWorkload } from '/work/main/benchmarks/workload.ts';
await loadEngine({ threads: 2 });
const step = await createWorkload((process.env['W'] ?? 'erm') as never, { size: 128, perDomain: 4, domains: 3, views: 2 } as never);
for (let i=0;i<10;i++) step();
const backend = tf.backend() as any; const b=backend.binding; let inside=0,calls=0;
backend.binding=Object.create(b,{executeOp:{value:(a:any,bb:any,c:any,d:any)=>{const s=performance.now();const r=b.executeOp(a,bb,c,d);inside+=performance.now()-s;calls++;return r;}}});
const R=20; const rows:number[][]=[];
for (let i=0;i<R;i++){ inside=0;calls=0; const s=performance.now(); step(); const t=performance.now()-s; rows.push([t,inside,t-inside,calls]); }
rows.sort((a,b)=>a[2]!-b[2]!); for (const q of [2,10,17]) console.log(rows[q]!.map(x=>x.toFixed(1)).join('  '), (rows[q]![2]!/rows[q]![0]!*100).toFixed(1)+'%');
process.exit();
