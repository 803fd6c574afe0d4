import { describe, expect, it } from 'vitest'
import { camerasAmong, choicesFor, registryOf } from './registry'

const REGISTRY = registryOf({
  types: [{ id: 'cam', fields: [{ name: 'view', type: 'image' }, { name: 'n', type: 'number' }] }, { id: 'kiln', fields: [{ name: 't', type: 'number' }] }],
  devices: [{ id: 'cam-1', type: 'cam' }, { id: 'kiln-1', type: 'kiln' }],
  models: [{ id: 'words' }, { id: 'talk', task: 'chat' }, { id: 'helmets', task: 'detect' }],
})

describe('registry', () => {
  it('offers only models that can do what is asked', () => {
    expect(choicesFor('model', REGISTRY, 'en').map((one) => one.value)).toEqual(['words', 'talk'])
    expect(choicesFor('model', REGISTRY, 'en', [], 'detect').map((one) => one.value)).toEqual(['helmets'])
  })

  it('knows the cameras among the devices of some types', () => {
    expect(camerasAmong(REGISTRY, ['cam', 'kiln'])).toEqual([{ device: 'cam-1', field: 'view' }])
    expect(camerasAmong(REGISTRY, ['kiln'])).toEqual([])
  })
})
