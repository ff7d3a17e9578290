# kernel_bench: single kernels against oneDNN and swscale; run by hand.
pkg_check_modules(SWSCALE REQUIRED IMPORTED_TARGET libswscale libavutil)
add_executable(kernel_bench ${CMAKE_CURRENT_LIST_DIR}/kernel_bench.cc)
target_link_libraries(kernel_bench PRIVATE longtake_compile longtake_kernels ${DNNL_LIBRARY} gomp
  PkgConfig::SWSCALE)
