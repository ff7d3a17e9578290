// The words and pictures of the shape world: colours, shapes, directions and their names.
// Thread rule: pure functions and constants. Lifetime: names live as long as the program.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace longtake::world {

enum class Colour : std::uint8_t { red, green, blue, yellow, purple, orange, white, black };
enum class Shape : std::uint8_t { circle, square, triangle, star, cross, ring, diamond, bar };
enum class Direction : std::uint8_t { left, right, up, down };

inline constexpr int kColours = 8;
inline constexpr int kShapes = 8;
inline constexpr int kDirections = 4;
inline constexpr int kBackgrounds = 10;

struct Rgb {
  float r, g, b;  // 0..255, as stored in a file
};

std::string_view name(Colour c);
std::string_view name(Shape s);
std::string_view plural(Shape s);
std::string_view name(Direction d);

Rgb rgb(Colour c);
Rgb background(int index);  // 0 <= index < kBackgrounds; muted, so that every colour stands out

// Whether the shape of radius 1 around the origin covers (x, y); y grows downwards.
bool covers(Shape s, double x, double y);
// Every point that a shape of radius 1 covers has |x|, |y| <= kReach.
inline constexpr double kReach = 1.5;

// The sign's digits: five rows of three dots.
bool digit_dot(int digit, int row, int column);

}  // namespace longtake::world
