import { type FileHandle, open } from 'node:fs/promises'

/**
 * The file of rejected rows. It is written, and on disk, before the part of the import that it belongs to is stored,
 * and how long it is is stored with that part: what a crash leaves behind this length belongs to no part, and is
 * written over.
 */
export class Rejects {
  readonly #file: FileHandle
  #stored: number

  private constructor(file: FileHandle, stored: number) {
    this.#file = file
    this.#stored = stored
  }

  /** `stored`: how long it was when the last part was stored. */
  static async open(path: string, stored: number): Promise<Rejects> {
    const file = await open(path, stored === 0 ? 'w' : 'r+', 0o600)
    await file.truncate(stored)
    return new Rejects(file, stored)
  }

  /**
   * Writes the rows of the next part behind the stored ones, and answers how long the file is then. A second call
   * writes to the same place.
   */
  async write(text: string): Promise<number> {
    const bytes = Buffer.from(text)
    for (let done = 0; done < bytes.length; )
      done += (await this.#file.write(bytes, done, bytes.length - done, this.#stored + done)).bytesWritten
    if (bytes.length > 0) await this.#file.datasync()
    return this.#stored + bytes.length
  }

  /** The part was stored. */
  keep(length: number): void {
    this.#stored = length
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
