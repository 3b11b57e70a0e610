namespace Lava.Server.Simulation.Answers;

/// <summary>
/// Puts an answer into one API's shape: whole, or as the parts of a stream in this order: opening, deltas, finish, end. Whatever
/// comes before the end carries no final usage.
/// </summary>
internal abstract class AnswerWriter
{
    /// <summary>The whole answer as one JSON object.</summary>
    public abstract void WriteAnswer(Answer answer, Utf8Buffer output);

    /// <summary>What comes before the text; may be nothing.</summary>
    public abstract void WriteOpening(Answer answer, Utf8Buffer output);

    /// <summary>Words <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> of the text.</summary>
    public abstract void WriteDelta(Answer answer, Utf8Buffer output, long first, long count);

    /// <summary>What closes the text, up to the usage; may be nothing.</summary>
    public abstract void WriteFinish(Answer answer, Utf8Buffer output);

    /// <summary>The usage and what comes after it.</summary>
    public abstract void WriteEnd(Answer answer, Utf8Buffer output);

    /// <summary>An error in place of the rest of the stream.</summary>
    public abstract void WriteError(Answer answer, Utf8Buffer output);

    /// <summary>32 hexadecimal digits that follow from the request.</summary>
    protected static void AppendId(Answer answer, Utf8Buffer output)
    {
        output.AppendHex(answer.Seed).AppendHex(RequestHash.Mix(answer.Seed));
    }
}
