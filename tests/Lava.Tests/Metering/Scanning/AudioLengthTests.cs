using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public sealed class AudioLengthTests
{
    [Fact]
    public void Measure_EveryContainer_ItsOwnLength()
    {
        Check(AudioFiles.Wave(), AudioFiles.Microseconds);
        Check(AudioFiles.Mp3(counted: false), AudioFiles.Microseconds);
        Check(AudioFiles.Mp3(counted: true), 96 * 1152 * 1_000_000L / 44_100);
        Check(AudioFiles.Flac(), AudioFiles.Microseconds);
        Check(AudioFiles.Ogg(), AudioFiles.Microseconds);
        Check(AudioFiles.Mp4(isLong: false), AudioFiles.Microseconds);
        Check(AudioFiles.Mp4(isLong: true), AudioFiles.Microseconds);
        Check(AudioFiles.Matroska(), AudioFiles.Microseconds);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void Measure_WaveOfNoSize_WhatIsThere(uint size) => Check(AudioFiles.Wave(size), AudioFiles.Microseconds);

    [Fact]
    public void Measure_WaveOfALyingByteRate_ByItsSamples() =>
        Check(AudioFiles.Wave(byteRate: uint.MaxValue), AudioFiles.Microseconds);

    [Fact]
    public void Measure_NoContainer_EstimatedFromItsSize()
    {
        Assert.Equal(7_000_000, AudioLength.Measure(new byte[7 * AudioLength.EstimatedBytesPerSecond], out var isExact));
        Assert.False(isExact);
        Assert.Equal(0, AudioLength.Measure([], out isExact));
        Assert.False(isExact);
    }

    [Fact]
    public void Measure_HeadersThatSayTooLittle_NotBelieved()
    {
        // 96 frames of sound can't take ten megabytes: by the bit rate of the frames it is ten minutes.
        byte[] mp3 = [.. AudioFiles.Mp3(counted: true), .. new byte[10_000_000]];
        Assert.InRange(AudioLength.Measure(mp3, out _), 600_000_000, 700_000_000);
        byte[] flac = [.. AudioFiles.Flac(), .. new byte[100_000_000]];
        Assert.Equal(flac.Length * 1000L, AudioLength.Measure(flac, out var isExact));
        Assert.False(isExact);
    }

    [Fact]
    public void Measure_AnyBytes_BoundedAndNeverThrows()
    {
        var random = new Random(20_260_901);
        foreach (var file in AudioFiles.All())
        {
            for (var i = 0; i < 20_000; i++)
            {
                var hostile = file.AsSpan(0, random.Next(Math.Min(file.Length, 400) + 1)).ToArray();
                for (var changes = random.Next(1, 8); changes > 0 && hostile.Length > 0; changes--)
                {
                    hostile[random.Next(hostile.Length)] = random.Next(3) == 0 ? byte.MaxValue : (byte)random.Next(256);
                }

                Assert.InRange(AudioLength.Measure(hostile, out _), 0, Usage.MaxCount);
            }
        }
    }

    private static void Check(byte[] file, long expected)
    {
        Assert.Equal(expected, AudioLength.Measure(file, out var isExact));
        Assert.True(isExact);
    }
}
