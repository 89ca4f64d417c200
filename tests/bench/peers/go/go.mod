module daemonctx/bench/peer

go 1.26.0

require (
	github.com/sevlyar/go-daemon v0.1.6
	golang.org/x/sys v0.50.0
)

require github.com/kardianos/osext v0.0.0-20190222173326-2bc1f35cddc0 // indirect
