import { join } from 'node:path'
import express, { type RequestHandler, Router } from 'express'
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
      packed(join(clientDir, 'assets'), {
        enableBrotli: true,
        orderPreference: ['br', 'gz'],
        index: false,
        serveStatic: { immutable: true, maxAge: '1y', redirect: false, fallthrough: false },
      }),
    )
    .use(express.static(clientDir, { index: false, redirect: false, maxAge: 0 }))
    .get(addresses, index(200))
    .get('/{*path}', index(404))
    .use(nothingHere)
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
