/** better-sqlite3 13 under another name, beside version 12 (driver.ts). */
declare module 'better-sqlite3-napi' {
  import Database from 'better-sqlite3'

  export default Database
}
