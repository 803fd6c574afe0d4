// The list of local models: a new one is uploaded.
import { upload } from './model-upload.js'

document.getElementById('add').addEventListener('click', () => upload(null, (model) => location.assign(model.address)))
