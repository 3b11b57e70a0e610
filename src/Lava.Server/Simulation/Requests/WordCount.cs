namespace Lava.Server.Simulation.Requests;

/// <summary>
/// The simulator's tokenizer: a token is a run of bytes between ASCII white space. Wrong for every real model, but a test can
/// count it by eye, and it does not depend on a vocabulary.
/// </summary>
internal static class WordCount
{
    public static long Of(ReadOnlySpan<byte> text)
    {
        long words = 0;
        var inWord = false;
        foreach (var c in text)
        {
            var isSpace = c is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');
            if (!isSpace && !inWord)
            {
                words++;
            }

            inWord = !isSpace;
        }

        return words;
    }
}
