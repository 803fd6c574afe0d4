"""What every node kind is made of: events, effects, params, words, shapes, texts and expressions."""
