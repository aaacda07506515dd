import { z } from 'zod'

// Imported before every schema: zod compiles its parsers with `new Function` where it may, and asks by trying. The content security policy
// forbids it, and each page would begin with a breach in its console.
z.config({ jitless: true })
