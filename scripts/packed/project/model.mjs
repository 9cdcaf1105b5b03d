/** A model of the AI SDK that answers at once, and counts how often it is called. */
export function createModel() {
  const model = {
    calls: 0,
    specificationVersion: 'v3',
    provider: 'fake',
    modelId: 'fake-1',
    supportedUrls: {},
    async doGenerate() {
      model.calls += 1
      return {
        content: [{ type: 'text', text: `Answer ${model.calls}` }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: { inputTokens: { total: 1 }, outputTokens: { total: 1 } },
        warnings: [],
      }
    },
  }
  return model
}
