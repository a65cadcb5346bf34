import type { RequestHandler } from 'express'

/** Several steps as one: Express would match the path and take the address apart for each of them. */
export const inOrder =
  (...steps: RequestHandler[]): RequestHandler =>
  (req, res, next) => {
    let at = 0
    const proceed = (error?: unknown): void => {
      const step = steps[at++]
      if (error !== undefined || !step) return next(error)
      try {
        void step(req, res, proceed)
      } catch (thrown) {
        next(thrown)
      }
    }
    proceed()
  }
