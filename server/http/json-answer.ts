import type { ServerResponse } from 'node:http'

/** Answers JSON, with the bytes that Express's `res.json` would send. */
export function sendJson(res: ServerResponse, status: number, value: object, type = 'application/json'): void {
  const text = JSON.stringify(value)
  res.statusCode = status
  res.setHeader('Content-Type', `${type}; charset=utf-8`)
  res.setHeader('Content-Length', Buffer.byteLength(text))
  res.end(text)
}
