// The WebAssembly types that the kernels use. TypeScript has them only in its DOM library, which would also allow
// everything else of a browser.
declare namespace WebAssembly {
  function validate(bytes: Uint8Array): boolean;
  function compile(bytes: ArrayBuffer): Promise<Module>;
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory | (() => never)>>);
    readonly exports: object;
  }
}
