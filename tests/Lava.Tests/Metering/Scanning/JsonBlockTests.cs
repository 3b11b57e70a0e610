using System.Text;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public class JsonBlockTests
{
    // Dense in what matters, so that runs of backslashes and strings end at every place of a block.
    private const string Letters = "\"\\{}[]a\"\\\\";

    [Fact]
    public void FindsBracketsOutsideStringsAsAReaderByteByByteDoes()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 200_000; round++)
        {
            var text = new byte[JsonBlock.Bytes];
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = (byte)Letters[random.Next(Letters.Length)];
            }

            var inText = random.Next(2) == 0;
            var expected = ReadByByte(text, inText);
            var block = JsonBlock.Read(text, inText);

            var why = $"{Encoding.ASCII.GetString(text)} in text {inText}";
            Assert.True(expected.IsIrregular == block.IsIrregular, why);
            if (!expected.IsIrregular)
            {
                Assert.True(expected.Opens == block.Opens && expected.Closes == block.Closes, why);
                Assert.True(expected.EndsInText == block.EndsInText && expected.EndsInEscape == block.EndsInEscape, why);
            }
        }
    }

    [Theory]
    [InlineData("}", 1, 1)]
    [InlineData("{}}", 1, 3)]
    [InlineData("{}]]", 2, 4)]
    [InlineData("{{[}", 1, -1)]
    [InlineData("]{{", 2, -1)]
    [InlineData("\"}\"}", 1, 4)]
    public void FindsTheEndOfWhatIsOpen(string start, int depth, int end)
    {
        var block = JsonBlock.Read(Encoding.ASCII.GetBytes(start.PadRight(JsonBlock.Bytes)), inText: false);

        Assert.Equal(end, block.EndOf(depth));
    }

    private static (ulong Opens, ulong Closes, bool EndsInText, bool EndsInEscape, bool IsIrregular) ReadByByte(byte[] text, bool inText)
    {
        var (opens, closes, isEscaped, isIrregular) = (0ul, 0ul, false, false);
        for (var i = 0; i < text.Length; i++)
        {
            switch ((char)text[i])
            {
                case var _ when isEscaped:
                    isEscaped = false;
                    break;
                case '\\':
                    isIrregular |= !inText;
                    isEscaped = true;
                    break;
                case '"':
                    inText = !inText;
                    break;
                case '{' or '[' when !inText:
                    opens |= 1ul << i;
                    break;
                case '}' or ']' when !inText:
                    closes |= 1ul << i;
                    break;
            }
        }

        return (opens, closes, inText, isEscaped, isIrregular);
    }
}
