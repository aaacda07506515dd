// zod compiles its parsers with `new Function` where it may, and asks by trying. The content security policy forbids it, and each page would begin with a breach in
// its console. Said before any module runs, because the bundler decides in which order they do.
globalThis.__zod_globalConfig = { jitless: true }
