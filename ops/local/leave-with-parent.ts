/** Preloaded into programs that know nothing of us: they end when whoever started them does. */
process.on('disconnect', () => process.exit(1))
process.channel?.unref()
