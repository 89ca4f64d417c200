module daemonctx

go 1.19
