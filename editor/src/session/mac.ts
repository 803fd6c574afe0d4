// Whether this browser runs on a machine whose keys are named otherwise.
import { isMac } from '../model/chords'

export const MAC = isMac(typeof navigator === 'undefined' ? '' : navigator.platform)
