// The few WebAssembly types the kernels need: TypeScript ships them only with the whole DOM, which has no place here.
declare namespace WebAssembly {
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
