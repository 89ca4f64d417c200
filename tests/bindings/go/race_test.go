//go:build race

package gotests

const raceEnabled = true
