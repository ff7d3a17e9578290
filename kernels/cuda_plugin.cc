#include <dlfcn.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "kernels/backend.h"
#include "kernels/error.h"

namespace longtake::kernels {

namespace {

// A function of the plugin, which is loaded if need be. It is never unloaded: weights and tensors run its
// code when they are destroyed.
void* plugin_function(const char* name) {
  // Another plugin in its place; tests name one that needs no GPU.
  const char* named = std::getenv("LONGTAKE_CUDA_PLUGIN");
  // cuBLAS alone costs 150 MB of memory: without a driver it is not even looked at.
  if (named == nullptr && dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL) == nullptr) {
    throw Error(ErrorCode::unsupported, "There is no NVIDIA driver on this computer",
                "Use --device cpu, or install the driver.");
  }
  void* plugin = dlopen(named != nullptr ? named : "liblongtake_cuda.so", RTLD_NOW | RTLD_LOCAL);
  if (plugin == nullptr) {
    // dlerror() tells a missing plugin from one whose CUDA libraries are missing.
    const char* why = dlerror();
    throw Error(
        ErrorCode::unsupported,
        "The CUDA plugin cannot be loaded (" + std::string(why != nullptr ? why : "?") + ")",
        "Use --device cpu, or install the plugin and NVIDIA's cuBLAS beside the program.");
  }
  void* function = dlsym(plugin, name);
  if (function == nullptr) {
    throw Error(ErrorCode::unsupported, "liblongtake_cuda.so is not a plugin of this version",
                "Install the plugin that came with this version.");
  }
  return function;
}

}  // namespace

std::unique_ptr<Backend> make_cuda_backend(const BackendOptions& options) {
  using Make = Backend* (*)(const BackendOptions*);
  const auto make = reinterpret_cast<Make>(plugin_function("longtake_make_cuda_backend"));
  return std::unique_ptr<Backend>(make(&options));
}

DeviceInfo find_cuda_device() {
  using Find = void (*)(DeviceInfo*);
  const auto find = reinterpret_cast<Find>(plugin_function("longtake_find_cuda_device"));
  DeviceInfo info;
  find(&info);
  return info;
}

}  // namespace longtake::kernels
