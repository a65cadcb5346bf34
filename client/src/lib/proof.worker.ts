import { doWork } from '@latchkey/shared/proof-of-work'

/** Away from the page, which stays quick meanwhile. */
self.addEventListener('message', ({ data }: MessageEvent<string>) => {
  void doWork(data).then((answer) => self.postMessage(answer))
})
