# Compiler settings shared by every target: the interface library longtake_compile, and
# longtake_library(), the one way in which a room declares itself.

find_program(LONGTAKE_CCACHE ccache)
if(LONGTAKE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LONGTAKE_CCACHE})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${LONGTAKE_CCACHE})
endif()

# Line numbers are enough debug information for a backtrace, and cost half as much to build.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

add_library(longtake_compile INTERFACE)
target_include_directories(longtake_compile INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(longtake_compile INTERFACE
  -Wall -Wextra -Wnon-virtual-dtor -Woverloaded-virtual -Wshadow -Wno-psabi
  $<$<BOOL:${LONGTAKE_WERROR}>:-Werror>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
target_link_libraries(longtake_compile INTERFACE Threads::Threads)

if(LONGTAKE_SANITIZE)
  target_compile_options(longtake_compile INTERFACE
    -fsanitize=${LONGTAKE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(longtake_compile INTERFACE -fsanitize=${LONGTAKE_SANITIZE})
endif()

# longtake_library(NAME SOURCES a.cc ... PUBLIC lib ... PRIVATE lib ...)
function(longtake_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC longtake_compile ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# longtake_test(NAME SOURCES a.cc ... LIBS lib ...): a GoogleTest program, each case a CTest test.
function(longtake_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE longtake_compile ${ARG_LIBS} GTest::gtest GTest::gmock
                                        GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE LONGTAKE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  # Nothing may stand for no labels: an empty value would swallow what follows it.
  set(labels "")
  if(ARG_LABELS)
    set(labels LABELS "${ARG_LABELS}")
  endif()
  set(environment "")
  if(LONGTAKE_SANITIZE MATCHES "address")
    set(environment ENVIRONMENT
        "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0")
  elseif(LONGTAKE_SANITIZE MATCHES "thread")
    set(environment ENVIRONMENT
        "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp:print_suppressions=0")
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT ${ARG_TIMEOUT} ${labels} ${environment})
endfunction()
