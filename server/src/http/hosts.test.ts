import type { Request, Response } from 'express'
import { expect, test } from 'vitest'
import { ownHosts, ownOrigins } from './hosts.ts'

const envOf = (ENV: 'local' | 'test' | 'staging' | 'prod') => ({
  ENV,
  PUBLIC_URL: 'https://latchkey.example',
  ALLOWED_HOSTS: [],
  TRUSTED_ORIGINS: [],
  SERVER_PORT: 8000,
})
const LOOPBACK = ['localhost:8000', '127.0.0.1:8000', '[::1]:8000']

function isOurs(env: ReturnType<typeof envOf>, host: string): boolean {
  let refused: unknown
  ownHosts(env)({ headers: { host }, path: '/' } as Request, {} as Response, (error: unknown) => {
    refused = error
  })
  return refused === undefined
}

test('D1: the names of this machine are ours on a developer’s own, and nobody’s where real people are', () => {
  for (const env of [envOf('local'), envOf('test')]) {
    expect(LOOPBACK.filter((host) => isOurs(env, host))).toEqual(LOOPBACK)
    expect([...ownOrigins(env)]).toEqual([env.PUBLIC_URL, ...LOOPBACK.map((host) => `http://${host}`)])
  }
  for (const env of [envOf('staging'), envOf('prod')]) {
    expect(isOurs(env, 'latchkey.example')).toBe(true)
    expect(LOOPBACK.filter((host) => isOurs(env, host))).toEqual([])
    expect([...ownOrigins(env)]).toEqual([env.PUBLIC_URL])
  }
})
