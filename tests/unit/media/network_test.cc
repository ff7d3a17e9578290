// Videos behind an address: a small HTTP server on this machine that serves ranges, and that can
// fall silent.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/media/frame_sampler.h"
#include "kernels/error.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

class Server {
 public:
  // Sends nothing beyond byte `silent_from` of the content; 0 never answers at all.
  explicit Server(std::string content, std::size_t silent_from = SIZE_MAX)
      : content_(std::move(content)), silent_from_(silent_from) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0)
      std::abort();
    ::listen(listener_, 16);
    socklen_t length = sizeof(address);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~Server() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    ::close(listener_);
    acceptor_.join();
    for (std::thread& worker : workers_) worker.join();
  }
  std::string url(const std::string& name = "video.mp4") const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/" + name;
  }

 private:
  void accept_all() {
    while (!stopping_) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) break;
      workers_.emplace_back([this, connection] {
        serve(connection);
        ::close(connection);
      });
    }
  }
  void serve(int connection) {
    std::string request;
    char buffer[2048];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(connection, buffer, sizeof(buffer), 0);
      if (got <= 0) return;
      request.append(buffer, static_cast<std::size_t>(got));
    }
    if (silent_from_ == 0) return wait_for_end(connection);
    if (request.find("GET /video") == std::string::npos) {
      const std::string answer =
          "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      return;
    }
    std::size_t from = 0;
    if (const std::size_t at = request.find("Range: bytes="); at != std::string::npos) {
      from = std::strtoull(request.c_str() + at + 13, nullptr, 10);
    }
    from = std::min(from, content_.size());
    const std::string answer =
        "HTTP/1.1 206 Partial Content\r\nAccept-Ranges: bytes\r\nContent-Length: " +
        std::to_string(content_.size() - from) + "\r\nContent-Range: bytes " +
        std::to_string(from) + "-" + std::to_string(content_.size() - 1) + "/" +
        std::to_string(content_.size()) + "\r\nConnection: close\r\n\r\n";
    ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
    while (from < content_.size() && !stopping_) {
      if (from >= silent_from_) return wait_for_end(connection);
      const std::size_t piece =
          std::min({content_.size() - from, std::size_t{4096}, silent_from_ - from});
      if (::send(connection, content_.data() + from, piece, MSG_NOSIGNAL) < 0) return;
      from += piece;
    }
  }
  void wait_for_end(int connection) const {
    char byte = 0;
    timeval patience{0, 50'000};
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    while (!stopping_ && ::recv(connection, &byte, 1, 0) != 0) {
    }
  }

  const std::string content_;
  const std::size_t silent_from_;
  std::atomic<bool> stopping_{false};
  int listener_ = -1;
  int port_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> workers_;
};

std::string content() {
  return read_bytes(footage(
      numbered("25", 20),
      "-c:v libx264 -preset veryfast -bf 3 -g 40 -pix_fmt yuv420p -movflags +faststart", ".mp4"));
}

TEST(Network, SamplesAndResumesLikeAFile) {
  const Server server(content());
  const Take take = take_all(server.url());
  ASSERT_EQ(take.frames.size(), 20U);
  for (const SampledFrame& frame : take.frames)
    EXPECT_EQ(frame_number(frame.image), frame.index * 25);
  SamplerOptions options;
  options.first_index = 17;
  const Take rest = take_all(server.url(), options);
  EXPECT_EQ(numbers(rest.frames), (std::vector<int>{425, 450, 475}));
}

TEST(Network, StopsWhileTheServerIsSilent) {
  const std::string bytes = content();
  const Server server(bytes, bytes.size() / 2);
  const Clock::time_point begin = Clock::now();
  for (const bool by_flag : {false, true}) {
    std::atomic<bool> cancel{false};
    SamplerOptions options;
    options.cancel = &cancel;
    FrameSampler sampler(server.url(), options);
    ASSERT_TRUE(sampler.next().has_value());
    std::thread stopper([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      by_flag ? cancel.store(true) : sampler.stop();
    });
    while (sampler.next()) {
    }
    stopper.join();
  }
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(10));
}

TEST(Network, CancelsWhileOpening) {
  const Server server("", 0);
  std::atomic<bool> cancel{false};
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancel = true;
  });
  const Clock::time_point begin = Clock::now();
  try {
    probe(server.url(), &cancel);
    ADD_FAILURE() << "nothing was served, and yet it opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled) << error.what();
  }
  canceller.join();
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(10));
}

TEST(Network, WrongAddresses) {
  const Server server(content());
  try {
    probe(server.url("absent.mp4"));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found) << error.what();
  }
  try {
    probe("http://127.0.0.1:1/video.mp4");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io_error) << error.what();
  }
  EXPECT_THROW(probe("nonsense://video.mp4"), Error);
}

}  // namespace
}  // namespace longtake::media
