/** The few parts of sql.js 1.17.0 that sqlite.ts uses. `@types/sql.js` would pull in the types of Node and of Emscripten. */
declare module 'sql.js' {
  export type SqlValue = string | number | null | Uint8Array

  export interface Statement {
    bind(values: readonly SqlValue[]): boolean
    step(): boolean
    get(): SqlValue[]
    getColumnNames(): string[]
    /** Binds, steps to the end and resets. */
    run(values: readonly SqlValue[]): void
    reset(): void
  }

  export interface Database {
    exec(text: string): unknown
    prepare(text: string): Statement
    close(): void
  }

  export interface SqlJs {
    readonly Database: new () => Database
  }

  export default function load(options?: { readonly locateFile: (file: string) => string }): Promise<SqlJs>
}
