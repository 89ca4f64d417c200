// catch.hpp: Catch2, whichever of v2 and v3 is packaged.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#define DAEMONCTX_CATCH_V3
#else
#include <catch2/catch.hpp>
#endif
