// Declares run_program(): a program run to its end, for tests that use longtake-cli as a script
// would.
//
// Thread rule: one thread. Lifetime rule: plain values.
#ifndef LONGTAKE_TESTS_SUPPORT_PROGRAM_H_
#define LONGTAKE_TESTS_SUPPORT_PROGRAM_H_

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace longtake::tests {

struct Outcome {
  int code = -1;       // the exit code; -1: ended by a signal
  std::string output;  // stdout and stderr together
  long peak_rss_kb = 0;
};

// Starts a program with its output in a file. arguments[0] is the program's path.
inline pid_t start_program(std::vector<std::string> arguments,
                           const std::filesystem::path& output_file) {
  const pid_t child = fork();
  if (child != 0) return child;
  const int output = open(output_file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execv(pointers[0], pointers.data());
  _exit(127);
}

inline Outcome finish_program(pid_t child, const std::filesystem::path& output_file) {
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  std::ifstream file(output_file);
  std::stringstream text;
  text << file.rdbuf();
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text.str(), usage.ru_maxrss};
}

inline Outcome run_program(const std::vector<std::string>& arguments,
                           const std::filesystem::path& output_file) {
  return finish_program(start_program(arguments, output_file), output_file);
}

}  // namespace longtake::tests

#endif  // LONGTAKE_TESTS_SUPPORT_PROGRAM_H_
