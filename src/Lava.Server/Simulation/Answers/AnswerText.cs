namespace Lava.Server.Simulation.Answers;

/// <summary>
/// The text of every answer: a ring of words, each with the space before it, so that any run of words is one slice of bytes.
/// A few words are longer than a byte per character, so that a stream cut anywhere can be cut inside one.
/// </summary>
internal static class AnswerText
{
    private static readonly string[] Vocabulary =
    [
        "the", "lava", "flows", "down", "a", "slope", "of", "basalt", "and", "cools", "into", "dark", "glass", "while", "naïve",
        "观察者", "watch", "from", "Þingvellir,", "counting", "every", "🌋", "that", "wakes", "before", "dawn;", "nothing", "burns",
        "twice,", "yet", "all", "glows",
    ];

    // Runs of up to this many words are a single copy.
    private const int RingRounds = 32;

    private static readonly byte[] Ring = System.Text.Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Repeat(" " + string.Join(' ', Vocabulary), RingRounds)));

    private static readonly int[] Starts = FindStarts();

    /// <summary>Words of a text from number <paramref name="first"/> on; only number 0 has no space before it.</summary>
    public static void Append(Utf8Buffer output, ulong seed, long first, long count)
    {
        var words = Starts.Length - 1;
        var position = (int)((seed + (ulong)first) % (ulong)Vocabulary.Length);
        var skip = first == 0 ? 1 : 0;
        while (count > 0)
        {
            var run = (int)Math.Min(count, words - position);
            output.Append(Ring.AsSpan((Starts[position] + skip)..Starts[position + run]));
            count -= run;
            position = 0;
            skip = 0;
        }
    }

    private static int[] FindStarts()
    {
        var starts = new List<int>();
        for (var i = 0; i < Ring.Length; i++)
        {
            if (Ring[i] == (byte)' ')
            {
                starts.Add(i);
            }
        }

        starts.Add(Ring.Length);
        return [.. starts];
    }
}
