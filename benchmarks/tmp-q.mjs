import { readFileSync, statSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
ort.env.logLevel='error'; ort.env.wasm.numThreads=1;
const names=['m','m-int8','m-qdq-channel','m-qop-channel','m-qop-tensor'];
const sessions={};
for (const n of names) try { sessions[n]=await ort.InferenceSession.create(readFileSync(`/work/tmp/tflite/${n}.onnx`)); } catch (e) { console.log(n, String(e.message).slice(0,200)); }
const times={}; const data=new Float32Array(8*128*128*3).fill(127);
for (let r=0;r<7;r++) for (const n of Object.keys(sessions)) { const t=performance.now(); await sessions[n].run({image:new ort.Tensor('float32',data,[8,128,128,3])}); if(r>0)(times[n]??=[]).push(performance.now()-t); }
for (const n of Object.keys(sessions)) console.log(n, (statSync(`/work/tmp/tflite/${n}.onnx`).size/1e6).toFixed(2)+' MB', (8000/times[n].sort((a,b)=>a-b)[0]).toFixed(1), 'images/s best', (8000/times[n][3]).toFixed(1),'median');
