# kernel_bench: single kernels against oneDNN; run by hand.
add_executable(kernel_bench ${CMAKE_CURRENT_LIST_DIR}/kernel_bench.cc)
target_link_libraries(kernel_bench PRIVATE longtake_compile longtake_kernels ${DNNL_LIBRARY} gomp)
