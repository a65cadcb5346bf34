import { BRAND } from '@latchkey/shared/brand'

export type TabNews = 'signed-in' | 'signed-out'

/** Tells the other tabs of this browser that somebody came or went, and carries no more than that. */
export function openTabs(onNews: (news: TabNews) => void) {
  const channel = new BroadcastChannel(`${BRAND.slug}:session`)
  channel.addEventListener('message', ({ data }: MessageEvent<TabNews>) => onNews(data))
  return {
    tell: (news: TabNews) => channel.postMessage(news),
    close: () => channel.close(),
  }
}
