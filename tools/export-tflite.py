"""From an ONNX model of `gradalign export` to TFLite, checked: both models on the same pictures.

    python -m venv tflite && tflite/bin/pip install onnx2tf onnx onnx-graphsurgeon tensorflow tf-keras ai-edge-litert sng4onnx onnxsim psutil onnxruntime
    PATH=tflite/bin:$PATH tflite/bin/python tools/export-tflite.py door.onnx -o door.tflite

Writes nothing, and exits with 1, where an output differs by more than the tolerance.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime
from ai_edge_litert.interpreter import Interpreter


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="the .onnx file; it is not changed")
    parser.add_argument("-o", "--output", required=True, help="the .tflite file to write")
    parser.add_argument("--images", type=int, default=32, help="random pictures to compare on (default 32)")
    parser.add_argument("--tolerance", type=float, default=1e-3, help="largest difference of an output (default 1e-3)")
    parser.add_argument("--keep", help="also keep the float16 and SavedModel files that onnx2tf writes, in this folder")
    options = parser.parse_args()
    if not os.path.isfile(options.model):
        sys.exit(f"Cannot convert {options.model}: there is no such file, expected an ONNX model of gradalign export")
    with tempfile.TemporaryDirectory() as folder:
        # onnx2tf writes its changes to the file it is given.
        copy = os.path.join(folder, "model.onnx")
        shutil.copyfile(options.model, copy)
        out = os.path.join(folder, "out")
        # -kat: the input keeps the order [n, rows, columns, channels], which onnx2tf would take for channels first.
        subprocess.run(["onnx2tf", "-i", copy, "-o", out, "-kat", "image", "-n"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        made = os.path.join(out, "model_float32.tflite")
        differences = compare(options.model, made, options.images)
        for name, difference in differences.items():
            print(f"{name}: largest difference {difference:.2e} over {options.images} pictures")
        if not all(difference <= options.tolerance for difference in differences.values()):
            sys.exit(f"Cannot convert {options.model}: its outputs differ by more than {options.tolerance}, expected the same numbers")
        if options.keep:
            shutil.copytree(out, options.keep, dirs_exist_ok=True)
        shutil.copyfile(made, options.output)
    print(f"{options.output}: {os.path.getsize(options.output) / 1e6:.1f} MB ({os.path.getsize(options.model) / 1e6:.1f} MB as ONNX)")


def compare(model, tflite, count):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    shape = [side if isinstance(side, int) else 1 for side in session.get_inputs()[0].shape]
    converted = Interpreter(model_path=tflite).get_signature_runner("serving_default")
    random = np.random.default_rng(7)
    largest = {}
    for _ in range(count):
        image = random.uniform(0, 255, shape).astype(np.float32)
        actual = converted(image=image)
        for output, expected in zip(session.get_outputs(), session.run(None, {"image": image})):
            difference = np.abs(actual[output.name].reshape(-1) - expected.reshape(-1)).max()
            largest[output.name] = max(largest.get(output.name, 0.0), float(difference))
    return largest


main()
