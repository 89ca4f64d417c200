//go:build !race

package gotests

const raceEnabled = false
