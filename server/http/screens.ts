import { join } from 'node:path'
import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express'
import packed from 'express-static-gzip'
import { screens } from '#shared/screens'
import { refuse } from './problem'

/** Hashed files may be cached for ever. index.html is asked for each time, and answers every address of the screens. */
export function screensRouter(clientDir: string): Router {
  const index = (status: number): RequestHandler => {
    return (_req, res) => {
      res
        .status(status)
        .set('cache-control', 'no-cache')
        .sendFile(join(clientDir, 'index.html'), { etag: true, cacheControl: false })
    }
  }
  const addresses = Object.values(screens).map(path => path.replaceAll('$', ':'))
  return Router()
    .use(
      '/assets',
      canBeAsked,
      packed(join(clientDir, 'assets'), {
        enableBrotli: true,
        orderPreference: ['br', 'gz'],
        index: false,
        serveStatic: { immutable: true, maxAge: '1y', redirect: false, fallthrough: false },
      }),
      notThatFile,
    )
    .use(express.static(clientDir, { index: false, redirect: false, maxAge: 0 }))
    .get(addresses, index(200))
    .get('/{*path}', index(404))
    .use(nothingHere)
}

/** What the file server would answer with words or bytes of its own. */
const canBeAsked: RequestHandler = (req, _res, next) => {
  // Throws a URIError, which is answered like every other broken address.
  decodeURIComponent(req.path)
  if (!['GET', 'HEAD'].includes(req.method))
    throw refuse(405, 'method.unknown', `A file does not take ${req.method}.`, 'It takes GET and HEAD.', {
      headers: { allow: 'GET, HEAD' },
    })
  next()
}

/** A refusal is no piece of the file: neither compressed like it, nor kept for a year. */
const notThatFile: ErrorRequestHandler = (thrown, _req, res, next) => {
  for (const header of ['content-encoding', 'cache-control', 'vary']) res.removeHeader(header)
  next(thrown)
}

export const noScreens: RequestHandler = req => {
  throw refuse(
    404,
    'address.unknown',
    `There is nothing at ${req.path}: the screens were not built.`,
    'Run "npm run build", or use the API below /api/v1.',
  )
}

const nothingHere: RequestHandler = req => {
  throw refuse(
    404,
    'address.unknown',
    `There is nothing at ${req.path}.`,
    'See /api/docs for the addresses of the API.',
  )
}
