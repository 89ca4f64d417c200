module daemonctx.test

go 1.19

require daemonctx v0.0.0

replace daemonctx => ../../../bindings/go
