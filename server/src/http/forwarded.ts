import type { Request } from 'express'

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/** Whether a tunnel or proxy asks on behalf of somebody at its other end. */
export const isForwarded = ({ headers }: Pick<Request, 'headers'>): boolean =>
  FORWARDED.some((name) => name in headers)
