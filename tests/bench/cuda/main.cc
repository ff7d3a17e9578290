// cuda_bench [--quick] [--only PART,...] [--folder DIR] [--json FILE] [--reference FILE]
// cuda_bench --print FILE [--reference FILE]
//
// How fast the CUDA backend is: its limits, its operations, watching and answering with a model of
// 7 billion random weights. Each part runs in a process of its own, under a time limit; what it
// measured until it failed counts. --json keeps the rows, --print shows kept ones again,
// --reference puts another program's numbers beside them (pytorch_reference.py writes such a file).
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "kernels/error.h"
#include "tests/bench/cuda/bench.h"

namespace longtake::bench {
namespace {

struct Part {
  const char* name;
  void (*run)(Bench&);
  int seconds;                // after which it is given up
  const char* way = nullptr;  // LONGTAKE_CUDA_WAY
};
constexpr Part kParts[] = {
    {"limits", run_limits, 60},           {"sanity", run_sanity, 60},
    {"linear", run_linear, 120},          {"attention", run_attention, 60},
    {"elementwise", run_elementwise, 45}, {"memory", run_memory, 60},
    {"watching", run_watching, 120},      {"answering", run_answering, 150},
    {"small", run_answering_small, 60},   {"way0", run_one_token, 20, "0"},
    {"way1", run_one_token, 20, "1"},     {"way2", run_one_token, 20, "2"},
};

void write_line(int pipe, const Row& row) {
  const std::string line = row.to_json() + "\n";
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t written = write(pipe, line.data() + done, line.size() - done);
    if (written <= 0) return;
    done += static_cast<std::size_t>(written);
  }
}

// The child's life: measures one part, writes its rows into the pipe.
void measure_part(const Part& part, const Options& options, const Limits& limits, int pipe) {
  const auto emit = [pipe](const Row& row) { write_line(pipe, row); };
  try {
    if (part.way != nullptr) setenv("LONGTAKE_CUDA_WAY", part.way, 1);
    const auto backend = kernels::make_cuda_backend();
    const RandomTensors random;
    Bench bench(*backend, random, options, limits, part.name, emit);
    part.run(bench);
  } catch (const std::exception& error) {
    Row row;
    row.part = row.key = row.name = part.name;
    row.error = error.what();
    emit(row);
  }
}

// Adds the rows of one part to the table as they come.
void run_part(const Part& part, const Options& options, const Limits& limits, Table& table) {
  const auto add = [&](const Row& row) {
    std::fprintf(stderr, "%s\n", table.line(row).c_str());
    table.add(row);
  };
  const auto failed = [&](const std::string& why) {
    Row row;
    row.part = row.key = row.name = part.name;
    row.error = why;
    add(row);
  };
  int ends[2];
  if (pipe(ends) != 0) return failed("no pipe");
  const pid_t child = fork();
  if (child < 0) return failed("no process");
  if (child == 0) {
    close(ends[0]);
    measure_part(part, options, limits, ends[1]);
    std::fflush(nullptr);
    _exit(0);  // whatever the driver's destructors would do, the rows are out
  }
  close(ends[1]);
  std::fprintf(stderr, "%s\n", part.name);
  const double deadline = now() + part.seconds;
  std::string text;
  bool late = false;
  while (true) {
    pollfd waiting{ends[0], POLLIN, 0};
    const int left = static_cast<int>(1000 * (deadline - now()));
    late = left <= 0 || poll(&waiting, 1, left) == 0;
    if (late) break;
    char bytes[4096];
    const ssize_t count = read(ends[0], bytes, sizeof bytes);
    if (count <= 0) break;
    text.append(bytes, static_cast<std::size_t>(count));
    for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
      add(row_from_json(text.substr(0, end)));
    }
  }
  close(ends[0]);
  if (late) kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  if (late) {
    failed("not finished after " + std::to_string(part.seconds) + " s");
  } else if (WIFSIGNALED(status)) {
    failed("ended by signal " + std::to_string(WTERMSIG(status)));
  }
}

bool wanted(const Options& options, std::string_view part) {
  if (options.only.empty()) return true;
  for (std::string_view left = options.only; !left.empty();) {
    const std::size_t comma = std::min(left.find(','), left.size());
    if (left.substr(0, comma) == part) return true;
    left.remove_prefix(std::min(comma + 1, left.size()));
  }
  return false;
}

int run(int argc, char** argv) {
  Options options;
  std::string json;
  std::string reference;
  std::string print;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    std::string* value = name == "--only"        ? &options.only
                         : name == "--folder"    ? &options.folder
                         : name == "--json"      ? &json
                         : name == "--reference" ? &reference
                         : name == "--print"     ? &print
                                                 : nullptr;
    if (name == "--quick") {
      options.quick = true;
    } else if (value != nullptr && i + 1 < argc) {
      *value = argv[++i];
    } else {
      std::fprintf(stderr,
                   "usage: cuda_bench [--quick] [--only PART,...] [--folder DIR] "
                   "[--json FILE] [--reference FILE] | --print FILE\nparts:");
      for (const Part& part : kParts) std::fprintf(stderr, " %s", part.name);
      std::fprintf(stderr, "\n");
      return 2;
    }
  }
  Table table;
  if (!print.empty()) {
    table = Table::load(print);
  } else {
    Limits limits;
    for (const Part& part : kParts) {
      // Shares need the limits, whatever else is wanted.
      if (!wanted(options, part.name) && std::string_view(part.name) != "limits") continue;
      run_part(part, options, limits, table);
      limits.gemm = 1e12 * table.value("gemm_tflops");
      limits.memory = 1e9 * std::max(table.value("copy_gb_per_s"), table.value("read_gb_per_s"));
      limits.bus = 1e9 * table.value("bus_up_gb_per_s");
      if (!json.empty()) table.save(json);
    }
  }
  if (!reference.empty()) table.add_reference(reference);
  std::printf("%s", table.text().c_str());
  return table.failed() ? 1 : 0;
}

}  // namespace
}  // namespace longtake::bench

int main(int argc, char** argv) {
  try {
    return longtake::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cuda_bench: %s\n", error.what());
    return 1;
  }
}
