import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Dice } from '#shared/simulate/chance'

/** One call as it came in, and what became of it. */
export interface Arrival {
  readonly id: string
  readonly path: string
  readonly body: string
  /** Which life of the server sent it, from 0: known by its connection. */
  readonly life: number
  /** Both null until an answer was written. */
  status: number | null
  answeredAt: number | null
}

/** The receiver that is never killed: its log is the only judge. Slow (50 to 300 ms), and one call in ten is first answered 503. */
export class Receiver {
  readonly log: Arrival[] = []
  answered = 0
  /** Raised with each new process of the server. */
  life = 0
  /** Called after every arrival and every answer. */
  onProgress: () => void = () => {}

  readonly #dice: Dice
  readonly #server = createServer((req, res) => this.#take(req, res))
  readonly #lives = new WeakMap<Socket, number>()
  readonly #seen = new Set<string>()

  constructor(dice: Dice) {
    this.#dice = dice
    this.#server.keepAliveTimeout = 60_000
    this.#server.on('connection', socket => this.#lives.set(socket, this.life))
  }

  /** Answers the port, on loopback. */
  listen(): Promise<number> {
    return new Promise(resolve => {
      this.#server.listen(0, '127.0.0.1', 4096, () => resolve((this.#server.address() as AddressInfo).port))
    })
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #take(req: IncomingMessage, res: ServerResponse): void {
    const chunks: Buffer[] = []
    req.on('data', chunk => chunks.push(chunk))
    req.on('end', () => {
      const id = String(req.headers['webhook-id'])
      const arrival: Arrival = {
        id,
        path: req.url ?? '',
        body: Buffer.concat(chunks).toString(),
        life: this.#lives.get(req.socket) ?? -1,
        status: null,
        answeredAt: null,
      }
      const status = !this.#seen.has(id) && this.#dice.happens(0.1) ? 503 : 200
      this.#seen.add(id)
      this.log.push(arrival)
      setTimeout(() => this.#answer(arrival, res, status), 50 + this.#dice.below(250))
      this.onProgress()
    })
  }

  /** Writes the answer, unless whoever asked is gone. */
  #answer(arrival: Arrival, res: ServerResponse, status: number): void {
    if (res.destroyed || res.socket?.destroyed) return
    arrival.status = status
    arrival.answeredAt = Date.now()
    this.answered++
    res.writeHead(status, { 'content-type': 'application/json' }).end('{"ok":true}')
    this.onProgress()
  }
}
