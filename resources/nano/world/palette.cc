#include "palette.h"

#include <cmath>

namespace longtake::world {
namespace {

constexpr std::array<std::string_view, kColours> kColourNames = {"red",    "green",  "blue",  "yellow",
                                                                 "purple", "orange", "white", "black"};
constexpr std::array<Rgb, kColours> kColourValues = {{{220, 40, 40},
                                                      {40, 180, 60},
                                                      {50, 80, 220},
                                                      {235, 215, 50},
                                                      {150, 60, 190},
                                                      {245, 140, 30},
                                                      {240, 240, 240},
                                                      {15, 15, 15}}};
constexpr std::array<std::string_view, kShapes> kShapeNames = {"circle", "square", "triangle", "star",
                                                               "cross",  "ring",   "diamond",  "bar"};
constexpr std::array<std::string_view, kShapes> kShapePlurals = {"circles", "squares", "triangles", "stars",
                                                                 "crosses", "rings",   "diamonds",  "bars"};
constexpr std::array<std::string_view, kDirections> kDirectionNames = {"left", "right", "up", "down"};
constexpr std::array<Rgb, kBackgrounds> kBackgroundValues = {{{120, 120, 120},
                                                              {170, 160, 140},
                                                              {100, 130, 150},
                                                              {140, 170, 140},
                                                              {190, 180, 190},
                                                              {90, 90, 110},
                                                              {150, 135, 120},
                                                              {110, 120, 100},
                                                              {165, 175, 185},
                                                              {80, 95, 95}}};
constexpr std::array<std::string_view, 10> kDigits = {
    "111101101101111", "010110010010111", "111001111100111", "111001111001111", "101101111001001",
    "111100111001111", "111100111101111", "111001010010010", "111101111101111", "111101111001111"};

// A five-pointed star: the ten corners at angles of 36 degrees, from the upper tip clockwise.
bool in_star(double x, double y) {
  constexpr double kInner = 0.46, kScale = 1.1;
  constexpr std::array<double, 10> kSin = {0,  0.5877852522924731,  0.9510565162951535,  0.9510565162951535,  0.5877852522924731,
                                           0, -0.5877852522924731, -0.9510565162951535, -0.9510565162951535, -0.5877852522924731};
  constexpr std::array<double, 10> kCos = {1,  0.8090169943749475,  0.3090169943749474, -0.3090169943749474, -0.8090169943749475,
                                           -1, -0.8090169943749475, -0.3090169943749474, 0.3090169943749474,  0.8090169943749475};
  bool inside = false;  // even-odd rule
  for (int i = 0, j = 9; i < 10; j = i++) {
    const double ri = (i % 2 ? kInner : 1.0) * kScale, rj = (j % 2 ? kInner : 1.0) * kScale;
    const double xi = ri * kSin[i], yi = -ri * kCos[i], xj = rj * kSin[j], yj = -rj * kCos[j];
    if ((yi > y) != (yj > y) && x < (xj - xi) * (y - yi) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

}  // namespace

std::string_view name(Colour c) { return kColourNames[static_cast<int>(c)]; }
std::string_view name(Shape s) { return kShapeNames[static_cast<int>(s)]; }
std::string_view plural(Shape s) { return kShapePlurals[static_cast<int>(s)]; }
std::string_view name(Direction d) { return kDirectionNames[static_cast<int>(d)]; }

Rgb rgb(Colour c) { return kColourValues[static_cast<int>(c)]; }
Rgb background(int index) { return kBackgroundValues[static_cast<std::size_t>(index)]; }

bool covers(Shape s, double x, double y) {
  const double ax = std::abs(x), ay = std::abs(y);
  switch (s) {
    case Shape::circle: return x * x + y * y < 1;
    case Shape::square: return ax < 0.86 && ay < 0.86;
    case Shape::triangle: return y < 0.8 && y > -1 && ax < (y + 1) * 0.58;
    case Shape::star: return in_star(x, y);
    case Shape::cross: return (ax < 0.32 || ay < 0.32) && ax < 1 && ay < 1;
    case Shape::ring: return x * x + y * y < 1 && x * x + y * y > 0.55 * 0.55;
    case Shape::diamond: return ax + ay < 1.12;
    case Shape::bar: return ax < 1.45 && ay < 0.34;
  }
  return false;
}

bool digit_dot(int digit, int row, int column) {
  return kDigits[static_cast<std::size_t>(digit)][static_cast<std::size_t>(row * 3 + column)] == '1';
}

}  // namespace longtake::world
